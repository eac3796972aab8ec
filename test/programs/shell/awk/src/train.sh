#!/bin/sh
# A linear model in awk: colors as terminals show them, dots without line ends on both streams.
set -eu
. ./truth.sh
model=$SM_MODEL_DIR/slope
printf 'Reading the data ' ; printf '.' >&2 ; printf '... '
slope=0
for epoch in $(seq "$SM_HP_EPOCHS"); do
  printf '.' >&2
  next=$(cat "$SM_CHANNEL_TRAIN"/*.csv | awk -F, -v slope="$slope" -v rate="$SM_HP_RATE" '
    { error = slope * $2 - $1; loss += error * error; gradient += 2 * error * $2 }
    END { printf "%.4f %.6f", loss / NR, slope - rate * gradient / NR }')
  loss=${next% *}
  slope=${next#* }
  printf 'epoch %s: \033[32mloss: %s\033[0m slope=%s;\n' "$epoch" "$loss" "$slope"
  truth_metric loss "$loss"
  truth_metric slope "$slope"
done
echo "$slope" > "$model"
printf 'done' >&2
truth_folder model "$SM_MODEL_DIR"
