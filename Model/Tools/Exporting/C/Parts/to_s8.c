/* The nearest number from -127 to 127. */
static int8_t to_s8(float v)
{
    v = v > -127.0f ? v : -127.0f;
    v = v < 127.0f ? v : 127.0f;
    return (int8_t)((int32_t)(v + 128.5f) - 128);
}
