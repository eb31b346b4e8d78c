def transposed_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    last_stamp_begins = stride * (size - 1)
    last_cell = last_stamp_begins + dilation * (kernel - 1)
    return last_cell + 1 - padding - padding + output_padding
