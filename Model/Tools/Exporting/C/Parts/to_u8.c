/* The nearest number that 8 bits without a sign hold. */
static uint8_t to_u8(float v)
{
    v = v > 0.0f ? v : 0.0f;
    v = v < 255.0f ? v : 255.0f;
    return (uint8_t)(v + 0.5f);
}
