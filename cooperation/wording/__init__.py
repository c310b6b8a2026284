"""What figures, verdicts and choices are called in words: shared by screen and documents."""
