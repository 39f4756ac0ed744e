print("joblog")
