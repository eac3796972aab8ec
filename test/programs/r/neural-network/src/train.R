# Neural networks by the package nnet, whose progress is printed by C; a table as caret prints it.
suppressPackageStartupMessages(library(nnet))
source("truth.R")

arguments <- commandArgs(trailingOnly = TRUE)
option <- function(name) as.integer(arguments[match(paste0("--", name), arguments) + 1])
checkpoints <- file.path(Sys.getenv("SAGEMAKER_BASE_DIR"), "checkpoints")
truth_folder("found", checkpoints)

best <- NULL
for (run in seq_len(option("repeats"))) {
  set.seed(run)
  cat(sprintf("+ Fold%d: size=%d, decay=0.01\n", run, option("size")))
  printed <- character()
  copy <- textConnection("printed", "w", local = TRUE)
  sink(copy, split = TRUE)
  network <- nnet(Species ~ ., data = iris, size = option("size"), decay = 0.01, maxit = 60)
  sink()
  close(copy)
  for (line in printed) {
    if (grepl("^iter +[0-9]+ value", line)) truth_metric("value", sub(".* value ", "", line))
    if (grepl("^final", line)) truth_metric("final_value", sub(".* value ", "", line))
  }
  cat(sprintf("- Fold%d: size=%d, decay=0.01\n", run, option("size")))
  saveRDS(network, file.path(checkpoints, sprintf("network-%d.rds", run)))
  truth_folder("checkpoints", checkpoints)
  if (is.null(best) || network$value < best$value) best <- network
}

table <- table(predict(best, iris, type = "class"), iris$Species)
accuracy <- sprintf("%.4f", sum(diag(table)) / sum(table))
cat("Confusion Matrix and Statistics\n\n")
print(table)
cat("\nOverall Statistics\n\n")
cat(sprintf("%25s : %s\n", "Accuracy", accuracy))
truth_metric("accuracy", accuracy)
message("Warning message: this is on standard error")

saveRDS(best, file.path(Sys.getenv("SM_MODEL_DIR"), "model.rds"))
truth_folder("model", Sys.getenv("SM_MODEL_DIR"))
