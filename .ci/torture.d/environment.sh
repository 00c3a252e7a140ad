list_environment() { :; }
