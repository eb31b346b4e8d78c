# step: range
# misconception: integer-division
def to_nchw(images):
    return (images.permute(0, 3, 1, 2) // 255).to(torch.float32)
