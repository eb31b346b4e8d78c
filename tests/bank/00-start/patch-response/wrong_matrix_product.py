# step: values
# misconception: matrix-product
def patch_response(patch, kernel):
    return (patch @ kernel).sum()
