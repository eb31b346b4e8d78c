# step: values
# misconception: kernel-flipped
def patch_response(patch, kernel):
    return (patch * kernel.flip(0, 1)).sum()
