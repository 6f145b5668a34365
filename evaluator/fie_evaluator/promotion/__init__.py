"""A promoted kernel as a solution and a submission."""
