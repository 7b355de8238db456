print("tuban-formats")
