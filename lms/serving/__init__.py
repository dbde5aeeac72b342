"""From the network to the program: the server, what a request may bring, and the headers of every answer."""
