# step: values
# misconception: sums-multiplied
def patch_response(patch, kernel):
    return patch.sum() * kernel.sum()
