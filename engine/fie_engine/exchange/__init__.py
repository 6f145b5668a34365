"""OpenEvolve's checkpoints and projects, in and out."""
