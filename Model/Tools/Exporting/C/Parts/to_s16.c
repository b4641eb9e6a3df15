/* The nearest number from -32767 to 32767. */
static int16_t to_s16(float v)
{
    v = v > -32767.0f ? v : -32767.0f;
    v = v < 32767.0f ? v : 32767.0f;
    return (int16_t)((int32_t)(v + 32768.5f) - 32768);
}
