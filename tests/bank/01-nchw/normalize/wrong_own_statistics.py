# step: channels
# misconception: own-statistics
def normalize(x, mean, std):
    return (x - x.mean((0, 2, 3), keepdim=True)) / x.std((0, 2, 3), keepdim=True)
