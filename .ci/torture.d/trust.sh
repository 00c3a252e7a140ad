list_trust() { :; }
