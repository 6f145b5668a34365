"""Why a kernel is slow: Nsight Compute, traces, and advice from figures."""
