"""The processes of the service: gunicorn for the web, the scheduler, and the tree of both."""
