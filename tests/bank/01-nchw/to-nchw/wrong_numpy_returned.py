# step: axes
# misconception: type
def to_nchw(images):
    return images.numpy().transpose(0, 3, 1, 2).astype(np.float32) / 255
