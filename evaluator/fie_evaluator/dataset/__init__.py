"""Definitions, workloads, inputs and reference outputs."""
