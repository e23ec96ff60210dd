"""What the window knows; pages and views meet here and nowhere else."""
