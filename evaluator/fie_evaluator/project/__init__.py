"""Search problems in OpenEvolve's form."""
