print("tuban")
