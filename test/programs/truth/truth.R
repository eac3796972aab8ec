# Records what a training program prints and saves, outside of everything that optml collects.
truth_record <- function(entry) {
  file <- file.path(Sys.getenv("PROGRAM_TRUTH"), paste0(Sys.getenv("SM_CURRENT_HOST", "algo-1"), ".jsonl"))
  cat(jsonlite::toJSON(entry, auto_unbox = TRUE), "\n", file = file, append = TRUE, sep = "")
}

# A value that the program has printed, as it was printed: rounded, as text or number.
truth_metric <- function(name, value) truth_record(list(metric = name, value = as.character(value)))

# The files of a folder: kind is "model", "output", "found" (checkpoints at the start) or "checkpoints".
truth_folder <- function(kind, path) {
  names <- list.files(path, recursive = TRUE, all.files = TRUE)
  sums <- vapply(file.path(path, names), function(file) {
    strsplit(system2("sha256sum", shQuote(file), stdout = TRUE), " ")[[1]][1]
  }, "", USE.NAMES = FALSE)
  truth_record(list(folder = kind, files = setNames(as.list(sums), names)))
}
