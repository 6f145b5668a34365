"""What a kernel's source may not say, found without running it."""
