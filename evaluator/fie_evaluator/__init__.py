"""The judge: turns a kernel into a measured, checked Evaluation."""
