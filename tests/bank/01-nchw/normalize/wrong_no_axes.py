# step: channels
# misconception: raised
def normalize(x, mean, std):
    return (x - mean) / std
