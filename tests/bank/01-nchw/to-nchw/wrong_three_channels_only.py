# step: sizes
# misconception: raised
def to_nchw(images):
    red, green, blue = images.float().div(255).unbind(-1)
    return torch.stack((red, green, blue), dim=1)
