"""The actions of a policy, one file each."""
