"""Between the network and the program: the server, limits on requests, and the headers of every response."""
