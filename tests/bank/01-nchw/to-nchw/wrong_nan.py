# step: axes
# misconception: nan
def to_nchw(images):
    return images.permute(0, 3, 1, 2).float() * float('nan')
