// The standard containers under the names the worker uses. They keep more references valid than
// the original's, so code written for those is safe with these.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
	// std::hash is the identity for numbers; the worker combines these hashes, so mix the bits.
	template<typename T>
	struct hash
	{
		uint64_t operator()(const T& value) const noexcept
		{
			uint64_t bits = std::hash<T>{}(value) + 0x9e3779b97f4a7c15;
			bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
			bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
			return bits ^ (bits >> 31);
		}
	};

	template<typename Key, typename Value, typename Hash = hash<Key>>
	using map = std::unordered_map<Key, Value, Hash>;

	template<typename Key, typename Hash = hash<Key>>
	using set = std::unordered_set<Key, Hash>;
} // namespace ankerl::unordered_dense
