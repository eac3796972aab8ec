# Records what a training program prints and saves, outside of everything that optml collects.
truth_file=$PROGRAM_TRUTH/$SM_CURRENT_HOST.jsonl

# truth_metric NAME VALUE: a value that the program has printed, as it was printed.
truth_metric() { printf '{"metric":"%s","value":"%s"}\n' "$1" "$2" >> "$truth_file"; }

# truth_folder KIND FOLDER: its files. KIND is model, output, found (checkpoints at the start) or checkpoints.
truth_folder() {
  files=$(cd "$2" && find . -type f -exec sha256sum {} + | sed 's|^\([0-9a-f]*\)  ./\(.*\)|"\2":"\1"|' | paste -sd,)
  printf '{"folder":"%s","files":{%s}}\n' "$1" "$files" >> "$truth_file"
}
