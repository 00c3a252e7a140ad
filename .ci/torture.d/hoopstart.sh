list_hoopstart() { :; }
