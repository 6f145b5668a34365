"""A person's commands: answered, remembered, taken back."""
