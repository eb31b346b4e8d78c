# step: one-number
# misconception: products-not-summed
def patch_response(patch, kernel):
    return patch * kernel
