list_time() { :; }
