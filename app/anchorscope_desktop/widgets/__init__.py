"""Parts of the window that know nothing of cells: forms, bars, the rail."""
