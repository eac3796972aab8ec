#!/bin/sh
# A training program in plain shell: it learns which word a text uses most.
set -eu

echo "Arguments: $*"
echo "The same as variables: SM_HP_TOP=$SM_HP_TOP SM_HPS=$SM_HPS"
echo "Channels: $SM_CHANNELS, training in $SM_CHANNEL_TRAINING"
echo "Host: $SM_CURRENT_HOST of $SM_HOSTS, $SM_NUM_CPUS processors"

if [ "${FAIL:-}" = 1 ]; then
  echo "train.sh: the text cannot be learned (FAIL=1)" >&2
  exit 3
fi

tr -cs '[:alpha:]' '\n' <"$SM_CHANNEL_TRAINING/text.txt" | tr '[:upper:]' '[:lower:]' |
  sort | uniq -c | sort -k1,1nr -k2 | head -n "$SM_HP_TOP" >"$SM_MODEL_DIR/words.txt"
echo "words=$(wc -l <"$SM_MODEL_DIR/words.txt" | tr -d ' '); most_used=$(awk 'NR == 1 { print $2 }' "$SM_MODEL_DIR/words.txt");"
