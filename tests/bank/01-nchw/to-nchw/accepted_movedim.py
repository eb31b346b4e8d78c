def to_nchw(images):
    return images.float().div(255).movedim(-1, 1).contiguous()
