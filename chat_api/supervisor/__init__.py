"""Running the services on one machine: started in order, watched and stopped together."""
