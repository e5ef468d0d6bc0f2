"""Who may see and do what at the console, and how somebody proves who they are."""
