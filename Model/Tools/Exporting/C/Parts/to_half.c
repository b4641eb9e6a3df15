/* The nearest number of 16 bits (IEEE 754 binary16, ties to even), as a float: as features were kept in training. */
static float to_half(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    const uint32_t sign = bits & 0x80000000u;
    uint32_t size = bits & 0x7FFFFFFFu;
    if (size >= 0x477FF000u) {
        size = size > 0x7F800000u ? size : 0x7F800000u;
    } else if (size < 0x38800000u) {
        float near;
        memcpy(&near, &size, sizeof near);
        near = (near + 0.5f) - 0.5f;
        memcpy(&size, &near, sizeof size);
    } else {
        size = ((size + 0xFFFu + ((size >> 13) & 1u)) >> 13) << 13;
    }

    bits = size | sign;
    memcpy(&x, &bits, sizeof x);
    return x;
}
