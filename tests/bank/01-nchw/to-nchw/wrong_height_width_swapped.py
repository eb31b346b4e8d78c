# step: axes
# misconception: height-width-swapped
def to_nchw(images):
    return images.permute(0, 3, 2, 1).to(torch.float32) / 255
