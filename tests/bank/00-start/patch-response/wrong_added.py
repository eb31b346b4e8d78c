# step: values
# misconception: sum-for-product
def patch_response(patch, kernel):
    return (patch + kernel).sum()
