list_server() { :; }
