#!/usr/bin/env Rscript
# Gradient descent with messages on standard error, and R's own summary of a linear model.
library(jsonlite)
source("truth.R")

hyperparameters <- fromJSON(file.path(Sys.getenv("SM_INPUT_CONFIG_DIR"), "hyperparameters.json"))
epochs <- as.integer(hyperparameters$epochs)
rate <- as.numeric(hyperparameters$rate)

message("Loading data ...", appendLF = FALSE)
files <- list.files(Sys.getenv("SM_CHANNEL_TRAIN"), full.names = TRUE)
data <- do.call(rbind, lapply(files, read.csv, header = FALSE))
names(data) <- c("price", "size", "rooms", "age", "distance")
features <- cbind(1, scale(data[, -1]))
weights <- rep(0, ncol(features))
for (epoch in seq_len(epochs)) {
  errors <- as.vector(features %*% weights) - data$price
  weights <- weights - rate * 2 * as.vector(t(features) %*% errors) / nrow(data)
  rmse <- sprintf("%.4f", sqrt(mean(errors^2)))
  cat(sprintf("epoch %3d  rmse = %s\n", epoch, rmse))
  truth_metric("rmse", rmse)
  if (epoch %% 10 == 0) message("  ", epoch, " epochs done")
}

model <- lm(price ~ ., data = data)
printed <- capture.output(print(summary(model)))
cat(printed, sep = "\n")
truth_metric("r2", sub(".*Multiple R-squared: +([0-9.]+).*", "\\1", grep("Multiple R-squared", printed, value = TRUE)))

folder <- Sys.getenv("SM_MODEL_DIR")
saveRDS(model, file.path(folder, "model.rds"))
write_json(list(weights = weights), file.path(folder, "weights.json"), digits = NA)
truth_folder("model", folder)
