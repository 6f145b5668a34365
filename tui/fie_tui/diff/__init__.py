"""Kernels against each other: lines, words, authors, reasons."""
